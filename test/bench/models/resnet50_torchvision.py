# The library's own ResNet-50, from the recipe.
import torch
from torchvision.models import resnet50

model = resnet50()
model(torch.randn(1, 3, 224, 224))
