"""Enterprises of the grid: they produce on land, invest in clean technology, trade permits, build projects."""

from agents.population import Column, Member
from learning.knobs import Settings
from learning.registry import Registry

ENTERPRISES = Registry("kind of enterprise")


@ENTERPRISES.register("enterprise")
class Enterprise(Member):
    """An emitter on a grid [Wang2024]. It chooses one action per step; only the model moves permits or coins.

    If permits are sold, it also bids before each auction. A subclass with a ``choose`` or a ``bid`` of its own is an
    enterprise in plain Python.
    """

    Settings = Settings

    ability = Column(
        "1", "research ability: an effective investment lowers emissions the more, the higher it is"
    )
    scale = Column("1", "size: coins and emissions per production, relative to the smallest enterprise")

    cell_row = Column("1", "row of the cell it stands on, 0 at the top")
    cell_col = Column("1", "column of the cell it stands on, 0 at the left")
    action = Column("1", "action in the step: position in the list of actions")

    cash = Column("coins", "coins it can spend; below zero: debt")
    cash_escrow = Column("coins", "coins behind its open bids")
    permits = Column("t", "permits it holds; below zero: emissions not covered")
    permits_escrow = Column("t", "permits behind its open asks")
    open_orders = Column("1", "its bids and asks in the book")

    labour = Column("1", "labour since the episode began")
    projects = Column("1", "certified projects it has built")
    properties = Column("1", "cells it has produced on")
    emissions = Column("t", "emissions since the episode began")
    period_emissions = Column("t", "emissions since the last free allocation, the basis of grandfathering")
    level = Column("share", "emission level: emissions per unit of production")
    effective_investments = Column("1", "successful investments whose effect still lasts")
    own_level = Column("share", "emission level before certified projects lower it")
    load = Column("1", "weight in the effect of certified projects: size x remembered technology")
    investments = Column("1", "investments tried")

    allocation = Column("t", "permits it got at the last allocation")
    listed = Column("t", "permits at this position of the government's list: by rank under indicator rules")
    auction_payment = Column("coins", "payment for the allocated permits, if permits are sold")
    purchases = Column("t", "permits bought in the double auction")
    sales = Column("t", "permits sold in the double auction")
    spent = Column("coins", "coins paid for purchases")
    earned = Column("coins", "coins received for sales")
    penalty_payment = Column("coins", "fines since the episode began")
    shortfall = Column("t", "emissions not covered, settled at the starts of periods")

    utility = Column("1", "utility of its coins less that of its labour")
    reward = Column("1", "change of utility in the step", flow=True)

    def choose(self, market):
        """Propose the policy's action."""
        return market.chosen_by_policy(self.row)

    def bid(self, market):
        """Propose the policy's demand schedule, [steps, 2] of coins/t and t; called if permits are sold."""
        return market.bid_by_policy(self.row)
