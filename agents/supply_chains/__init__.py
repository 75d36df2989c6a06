"""Supply chains: what they make and ship, what it costs and emits, at every price of permits [Esmaeili2022]."""
