"""The page that shows what the public would see."""
