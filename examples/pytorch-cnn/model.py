"""A small VGG-style CNN for 32x32 colour images."""
import torch
import torch.nn as nn
import torch.nn.functional as F

# Output channels of each 3x3 convolution; "M" is a 2x2 max pooling.
CONFIGS = {
    "tiny": [16, "M", 32, "M", 64, "M"],
    "small": [32, 32, "M", 64, 64, "M", 128, 128, "M"],
}


def make_features(config, in_channels=3, batch_norm=True):
    layers = []
    for item in config:
        if item == "M":
            layers.append(nn.MaxPool2d(kernel_size=2, stride=2))
            continue
        layers.append(nn.Conv2d(in_channels, item, kernel_size=3, padding=1, bias=not batch_norm))
        if batch_norm:
            layers.append(nn.BatchNorm2d(item))
        layers.append(nn.ReLU(inplace=True))
        in_channels = item
    return nn.Sequential(*layers)


class SmallCNN(nn.Module):
    def __init__(self, config="small", num_classes=10, image_size=32, dropout=0.3):
        super().__init__()
        settings = CONFIGS[config]
        self.features = make_features(settings)

        channels = [c for c in settings if c != "M"][-1]
        side = image_size // 2 ** settings.count("M")
        self.fc1 = nn.Linear(channels * side * side, 128)
        self.dropout = nn.Dropout(dropout)
        self.fc2 = nn.Linear(128, num_classes)

    def forward(self, x):
        x = self.features(x)
        x = x.view(x.size(0), -1)
        x = F.relu(self.fc1(x))
        x = self.dropout(x)
        return self.fc2(x)


if __name__ == "__main__":
    model = SmallCNN()
    dummy = torch.randn(1, 3, 32, 32)
    print(model)
    print(model(dummy).shape)
