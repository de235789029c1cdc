"""The postcode index: made, read, compared; postcodes as people write them."""
