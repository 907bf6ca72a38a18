"""The HTTP interface under `/api/v1`: calls, inbox, event stream (docs/api.md)."""
