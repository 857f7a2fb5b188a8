"""Pages of campaigns: `public` for readers, the others for those who work on plans."""
