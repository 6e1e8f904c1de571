package activity

// The actions of streams, which carry a log to another system.
const (
	StreamCreated   Action = "stream.created"
	StreamRotated   Action = "stream.key_rotated"
	StreamPaused    Action = "stream.paused"
	StreamResumed   Action = "stream.resumed"
	StreamDeleted   Action = "stream.deleted"
	StreamTested    Action = "stream.tested"
	StreamFailing   Action = "stream.failing"
	StreamRecovered Action = "stream.recovered"
)

func streamActions() []Meaning {
	const s = CategorySystem
	return []Meaning{
		{
			StreamCreated, s, true, Warning, Standard, "Stream of the log added",
			"{who} has this log sent to {target}", "{who} tried to have this log sent to {target}",
		},
		{
			StreamRotated, s, true, Warning, Standard, "Key of a stream renewed",
			"{who} made a new key for the stream {target}", "{who} tried to make a new key for the stream {target}",
		},
		{
			StreamPaused, s, true, Warning, Standard, "Stream of the log paused",
			"{who} paused the stream {target}", "{who} tried to pause the stream {target}",
		},
		{
			StreamResumed, s, true, Notice, Standard, "Stream of the log resumed",
			"{who} resumed the stream {target}", "{who} tried to resume the stream {target}",
		},
		{
			StreamDeleted, s, true, Warning, Standard, "Stream of the log removed",
			"{who} removed the stream {target}", "{who} tried to remove the stream {target}",
		},
		{
			StreamTested, s, true, Info, Standard, "Stream of the log tested",
			"{who} tested the stream {target}", "{who} tried to test the stream {target}",
		},
		{
			StreamFailing, s, true, Warning, Standard, "Stream of the log fails",
			"{who} reached {target}", "{who} cannot deliver this log to {target}, and keeps trying",
		},
		{
			StreamRecovered, s, true, Notice, Standard, "Stream of the log works again",
			"{who} delivers this log to {target} again", "{who} tried to deliver this log to {target} again",
		},
	}
}
