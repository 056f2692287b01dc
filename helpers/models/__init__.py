"""Keras networks: builders of taught and published architectures, their pre-training, and stored weights."""
