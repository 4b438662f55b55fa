"""Finance bureau 财政局."""
