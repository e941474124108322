"""Questions of Moodle in both their files: the XML of backups and the XML that teachers exchange."""
