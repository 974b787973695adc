"""The product from outside: a real process, a real broker, programs that speak only the contract."""
