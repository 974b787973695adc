"""The monthly report: raw rows, and every figure as a sum of them; the platform's own availability; reliability."""
