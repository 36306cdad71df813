"""The rows of the table: each can be measured by itself."""
