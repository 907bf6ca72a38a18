"""What has changed since a meeting, a time, a version, or since this reader last looked."""
