"""Goods that must not be sold: what lies where, stop-sales, recall campaigns, lots past their date."""
