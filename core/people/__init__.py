"""Who drives and works for whom: people, teams, memberships."""
