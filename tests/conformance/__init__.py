"""Real recordings and results of others, from the folder `PADDOCK_TEST_DATA`; nothing of them stands in this house."""
