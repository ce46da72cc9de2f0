"""Mail: letters out by SMTP, in by IMAP and by a hook of one's own server."""
