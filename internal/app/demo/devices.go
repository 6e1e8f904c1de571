package demo

import "strings"

// device is what somebody sits at, and where: the demo's addresses are in no database of places.
type device struct{ agent, address, place string }

// of is the device of somebody: the provider's people sit in its office.
func (d device) of(email string) device {
	if strings.HasSuffix(email, "@harbour.example") {
		d.address, d.place = "198.51.100.7", "Whitby"
	}
	return d
}

func safariOnMac() device {
	return device{
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 14_6) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
		"203.0.113.24", "York",
	}
}

func safariOnPhone() device {
	return device{
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) " +
			"Version/18.1 Mobile/15E148 Safari/604.1",
		"203.0.113.141", "Harrogate",
	}
}

func chromeOnWindows() device {
	return device{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
		"198.51.100.61", "Leeds",
	}
}

func firefoxOnLinux() device {
	return device{"Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0", "192.0.2.118", "Leeds"}
}

func chromeOnAndroid() device {
	return device{
		"Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) " +
			"Chrome/142.0.0.0 Mobile Safari/537.36",
		"203.0.113.77", "York",
	}
}

func edgeOnWindows() device {
	return device{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) " +
			"Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
		"198.51.100.9", "London",
	}
}
