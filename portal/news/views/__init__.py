"""Pages of news: `public` for readers, `desk` and `review` for those who write and approve."""
