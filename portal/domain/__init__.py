"""The business: tables, time and money. It knows nothing of HTTP, HTML, SMTP or PDF."""
