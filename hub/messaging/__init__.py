"""The shared log on Apache Kafka: the relay from the store, its readers, what agencies send in."""
