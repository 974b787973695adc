"""The routes, one file per noun. A path says what it needs: a permission, a body, a page."""
