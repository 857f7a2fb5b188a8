"""Pages of documents: for readers (`public`) and the desk."""
