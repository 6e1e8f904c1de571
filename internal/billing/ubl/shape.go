package ubl

import "encoding/xml"

// The namespaces of UBL 2.1.
const (
	spaceInvoice    = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
	spaceCreditNote = "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2" //nolint:gosec // no credential: a name
	spaceCAC        = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
	spaceCBC        = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
)

// document has the elements of both kinds in the order in which the schema wants them.
type document struct {
	XMLName xml.Name
	Space   string `xml:"xmlns,attr"`
	CAC     string `xml:"xmlns:cac,attr"`
	CBC     string `xml:"xmlns:cbc,attr"`

	CustomizationID string            `xml:"cbc:CustomizationID"`
	ID              string            `xml:"cbc:ID"`
	IssueDate       string            `xml:"cbc:IssueDate"`
	DueDate         string            `xml:"cbc:DueDate,omitempty"`
	InvoiceType     string            `xml:"cbc:InvoiceTypeCode,omitempty"`
	CreditType      string            `xml:"cbc:CreditNoteTypeCode,omitempty"`
	Note            string            `xml:"cbc:Note,omitempty"`
	Currency        string            `xml:"cbc:DocumentCurrencyCode"`
	BuyerReference  string            `xml:"cbc:BuyerReference,omitempty"`
	Order           *reference        `xml:"cac:OrderReference"`
	Billing         *billingReference `xml:"cac:BillingReference"`
	Seller          supplier          `xml:"cac:AccountingSupplierParty"`
	Buyer           customer          `xml:"cac:AccountingCustomerParty"`
	Means           *means            `xml:"cac:PaymentMeans"`
	Tax             taxTotal          `xml:"cac:TaxTotal"`
	Sums            sums              `xml:"cac:LegalMonetaryTotal"`
	InvoiceLines    []line            `xml:"cac:InvoiceLine"`
	CreditLines     []line            `xml:"cac:CreditNoteLine"`
}

type reference struct {
	ID        string `xml:"cbc:ID"`
	IssueDate string `xml:"cbc:IssueDate,omitempty"`
}

type billingReference struct {
	Invoice reference `xml:"cac:InvoiceDocumentReference"`
}

type supplier struct {
	Party partyXML `xml:"cac:Party"`
}

type customer struct {
	Party partyXML `xml:"cac:Party"`
}

type partyXML struct {
	Known   *partyKnown `xml:"cac:PartyIdentification"`
	Name    *nameXML    `xml:"cac:PartyName"`
	Address addressXML  `xml:"cac:PostalAddress"`
	Tax     *partyTax   `xml:"cac:PartyTaxScheme"`
	Legal   legalXML    `xml:"cac:PartyLegalEntity"`
	Contact *contactXML `xml:"cac:Contact"`
}

type partyKnown struct {
	ID string `xml:"cbc:ID"`
}

type nameXML struct {
	Name string `xml:"cbc:Name"`
}

type addressXML struct {
	Street  string     `xml:"cbc:StreetName,omitempty"`
	More    string     `xml:"cbc:AdditionalStreetName,omitempty"`
	City    string     `xml:"cbc:CityName,omitempty"`
	Zone    string     `xml:"cbc:PostalZone,omitempty"`
	Country countryXML `xml:"cac:Country"`
}

type countryXML struct {
	Code string `xml:"cbc:IdentificationCode"`
}

type partyTax struct {
	Number string `xml:"cbc:CompanyID"`
	Scheme scheme `xml:"cac:TaxScheme"`
}

type scheme struct {
	ID string `xml:"cbc:ID"`
}

type legalXML struct {
	Name    string `xml:"cbc:RegistrationName"`
	Number  string `xml:"cbc:CompanyID,omitempty"`
	Company string `xml:"cbc:CompanyLegalForm,omitempty"`
}

type contactXML struct {
	Mail string `xml:"cbc:ElectronicMail"`
}

type means struct {
	Code      string `xml:"cbc:PaymentMeansCode"`
	Reference string `xml:"cbc:PaymentID"`
}

type amountXML struct {
	Currency string `xml:"currencyID,attr"`
	Value    string `xml:",chardata"`
}

type taxTotal struct {
	Amount amountXML `xml:"cbc:TaxAmount"`
	Parts  []taxPart `xml:"cac:TaxSubtotal"`
}

type taxPart struct {
	On       amountXML `xml:"cbc:TaxableAmount"`
	Tax      amountXML `xml:"cbc:TaxAmount"`
	Category category  `xml:"cac:TaxCategory"`
}

type category struct {
	ID      Category `xml:"cbc:ID"`
	Percent string   `xml:"cbc:Percent,omitempty"`
	Why     string   `xml:"cbc:TaxExemptionReason,omitempty"`
	Scheme  scheme   `xml:"cac:TaxScheme"`
}

type sums struct {
	Lines   amountXML `xml:"cbc:LineExtensionAmount"`
	Net     amountXML `xml:"cbc:TaxExclusiveAmount"`
	Gross   amountXML `xml:"cbc:TaxInclusiveAmount"`
	Payable amountXML `xml:"cbc:PayableAmount"`
}

type line struct {
	ID       string    `xml:"cbc:ID"`
	Invoiced *measure  `xml:"cbc:InvoicedQuantity"`
	Credited *measure  `xml:"cbc:CreditedQuantity"`
	Net      amountXML `xml:"cbc:LineExtensionAmount"`
	Period   *period   `xml:"cac:InvoicePeriod"`
	Item     item      `xml:"cac:Item"`
	Price    linePrice `xml:"cac:Price"`
}

type measure struct {
	Unit  string `xml:"unitCode,attr"`
	Value string `xml:",chardata"`
}

type period struct {
	Start string `xml:"cbc:StartDate"`
	End   string `xml:"cbc:EndDate"`
}

type item struct {
	Description string   `xml:"cbc:Description,omitempty"`
	Name        string   `xml:"cbc:Name"`
	Tax         category `xml:"cac:ClassifiedTaxCategory"`
}

type linePrice struct {
	Amount amountXML `xml:"cbc:PriceAmount"`
}
