package orders

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/hosting"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Option is what can be had with a product, for so much more a period.
type Option struct {
	ID    id.Option
	Name  string
	Price money.Amount
}

// Product is something that can be ordered.
type Product struct {
	ID        id.Product
	Name      string
	About     string
	Next      string // what happens after an order
	PanelPlan string
	Price     money.Amount // for one Period, without tax
	Period    hosting.Period
	Server    id.Server // zero: staff set it up, and choose one
	Plan      id.Plan   // that it is charged by
	Options   []Option
}

// NewProduct is what is known of a product that is about to be offered.
type NewProduct struct {
	Name, About, Next, PanelPlan string
	Price                        money.Amount
	Period                       hosting.Period
	Server                       id.Server
	Plan                         id.Plan  // that it is charged by; zero: the one of its name
	Options                      []Option // without their ids
}

type productRow struct {
	ID         id.Product `gorm:"primaryKey"`
	Name       string
	About      string
	NextSteps  string
	PanelPlan  string
	PriceMinor int64
	Currency   string
	Period     string
	ServerID   id.Server
	PlanID     id.Plan
	CreatedAt  db.Time
	RetiredAt  db.Time
}

// TableName names the table.
func (productRow) TableName() string { return tableProducts }

type optionRow struct {
	ID         id.Option `gorm:"primaryKey"`
	ProductID  id.Product
	Name       string
	PriceMinor int64
}

// TableName names the table.
func (optionRow) TableName() string { return tableOptions }

// AddProduct offers something from now on.
func (o *Orders) AddProduct(ctx context.Context, who actor.Actor, n NewProduct) (id.Product, error) {
	var f []fault.Field
	row := productRow{
		ID: id.New[id.ProductKind](), Name: words(&f, "name", n.Name, 120, "Enter what it is called."),
		About: words(&f, "about", n.About, 500, ""), NextSteps: words(&f, "next", n.Next, 500, ""),
		PanelPlan: words(&f, "panel_plan", n.PanelPlan, 120, ""), PriceMinor: n.Price.Minor(),
		Currency: string(n.Price.Currency()), Period: string(n.Period), ServerID: n.Server, PlanID: n.Plan,
	}
	options := make([]optionRow, 0, len(n.Options))
	for _, one := range n.Options {
		options = append(options, optionRow{
			ID: id.New[id.OptionKind](), ProductID: row.ID, PriceMinor: one.Price.Minor(),
			Name: words(&f, "options", one.Name, 120, "Give each option a name."),
		})
		if one.Price.IsNegative() {
			f = append(f, fault.Field{Name: "options", Message: "An option costs nothing or more."})
		}
	}
	if n.Price.IsNegative() {
		f = append(f, fault.Field{Name: "price", Message: "Enter a price of nothing or more."})
	}
	if n.Period != hosting.Monthly && n.Period != hosting.Yearly {
		f = append(f, fault.Field{Name: "period", Message: "Choose how often it is charged for."})
	}
	if len(f) > 0 {
		return id.Product{}, fault.Invalid(f...)
	}
	err := o.gate.Change(ctx, who, verb.HostingManage, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			row.CreatedAt = db.At(g.Now())
			err := tx.Create(&row).Error
			if err == nil && len(options) > 0 {
				err = tx.Create(&options).Error
			}
			if err == nil {
				err = o.sell(tx, row)
			}
			if err != nil {
				return gate.Entry{}, fmt.Errorf("add product: %w", err)
			}
			return g.Entry(activity.ProductAdded, activity.Details{
				Target:  activity.TargetOf("product", row.ID, row.Name),
				Changes: []activity.Change{{Field: "Price", New: n.Price.String() + " a " + row.Period}},
			}), nil
		})
	return row.ID, err
}

// RetireProduct offers something no more. What was ordered stays.
func (o *Orders) RetireProduct(ctx context.Context, who actor.Actor, product id.Product) error {
	return o.gate.Change(ctx, who, verb.HostingManage, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			row, is, err := db.One[productRow](tx.Where("id = ? AND retired_at IS NULL", product))
			if row, err = found(ctx, "retire product", row, is, err); err != nil {
				return gate.Entry{}, err
			}
			res := tx.Model(&productRow{}).Where("id = ? AND retired_at IS NULL", product).
				Updates(map[string]any{"retired_at": db.At(g.Now())})
			if res.Error != nil || res.RowsAffected == 0 {
				return gate.Entry{}, fmt.Errorf("retire product: %w", errorOr(res.Error))
			}
			return g.Entry(activity.ProductRetired, activity.Details{
				Target: activity.TargetOf("product", row.ID, row.Name),
			}), nil
		})
}

func errorOr(err error) error {
	if err == nil {
		return fault.Conflict("Somebody else has done this meanwhile.")
	}
	return err
}

// Catalogue lists what is offered, for those who keep it.
func (o *Orders) Catalogue(ctx context.Context, who actor.Actor) ([]Product, error) {
	if _, err := o.gate.View(ctx, who, verb.HostingManage, id.ProviderScope()); err != nil {
		return nil, err
	}
	return o.products(ctx)
}

// Offers lists what an account can order, at its prices: what is offered in its currency.
func (o *Orders) Offers(ctx context.Context, who actor.Actor, account id.Account) ([]Product, error) {
	cur, err := o.currencyOf(ctx, who, account)
	if err != nil {
		return nil, err
	}
	var of PriceOf
	if o.prices != nil {
		if of, err = o.prices(ctx, who, account); err != nil {
			return nil, err
		}
	}
	list, err := o.products(ctx)
	if err != nil {
		return nil, err
	}
	offered := make([]Product, 0, len(list))
	for _, p := range list {
		if p.price(of, cur) {
			offered = append(offered, p)
		}
	}
	slices.SortStableFunc(offered, func(a, b Product) int { return cmp.Compare(a.Price.Minor(), b.Price.Minor()) })
	return offered, nil
}

// products are all that are offered, at their own prices.
func (o *Orders) products(ctx context.Context) ([]Product, error) {
	var rows []productRow
	err := o.reader.With(ctx).Where("retired_at IS NULL").Order("price_minor, name").Limit(most).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list products: %w", err)
	}
	at, list := map[id.Product]int{}, make([]Product, 0, len(rows))
	for i, row := range rows {
		at[row.ID], list = i, append(list, Product{
			ID: row.ID, Name: row.Name, About: row.About, Next: row.NextSteps, PanelPlan: row.PanelPlan,
			Price: money.New(row.PriceMinor, money.Currency(row.Currency)), Period: hosting.Period(row.Period),
			Server: row.ServerID, Plan: row.plan(),
		})
	}
	var options []optionRow
	err = o.reader.With(ctx).Table(tableOptions).Joins("JOIN products p ON p.id = product_options.product_id").
		Where("p.retired_at IS NULL").Select("product_options.*").Order("product_options.id").Find(&options).Error
	if err != nil {
		return nil, fmt.Errorf("list options: %w", err)
	}
	for _, one := range options {
		if i, is := at[one.ProductID]; is {
			list[i].Options = append(list[i].Options, Option{
				ID: one.ID, Name: one.Name, Price: money.New(one.PriceMinor, list[i].Price.Currency()),
			})
		}
	}
	return list, nil
}
