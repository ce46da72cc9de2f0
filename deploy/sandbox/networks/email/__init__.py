"""E-mail's place among the stand-ins: an SMTP server that takes letters and an IMAP server that shows what came."""
