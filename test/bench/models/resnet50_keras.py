# The library's own ResNet50, from the recipe.
from keras.applications import ResNet50

model = ResNet50(weights=None)
