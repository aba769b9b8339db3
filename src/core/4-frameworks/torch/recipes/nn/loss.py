# Losses: constructible and callable, one number each; nothing of them runs at inference.
import torch.nn.functional as F
from torch.nn import Module


class _Loss(Module):
    def __init__(self, *args, **kwargs):
        self.reduction = kwargs.get("reduction", "mean")

    def forward(self, input, *args, **kwargs):
        return F.mse_loss(input)


class _WeightedLoss(_Loss):
    pass


class L1Loss(_Loss):
    pass


class MSELoss(_Loss):
    pass


class SmoothL1Loss(_Loss):
    pass


class HuberLoss(_Loss):
    pass


class CrossEntropyLoss(_WeightedLoss):
    pass


class NLLLoss(_WeightedLoss):
    pass


class NLLLoss2d(_WeightedLoss):
    pass


class BCELoss(_WeightedLoss):
    pass


class BCEWithLogitsLoss(_Loss):
    pass


class KLDivLoss(_Loss):
    pass


class CTCLoss(_Loss):
    pass


class PoissonNLLLoss(_Loss):
    pass


class GaussianNLLLoss(_Loss):
    pass


class CosineEmbeddingLoss(_Loss):
    pass


class TripletMarginLoss(_Loss):
    pass


class TripletMarginWithDistanceLoss(_Loss):
    pass


class MarginRankingLoss(_Loss):
    pass


class HingeEmbeddingLoss(_Loss):
    pass


class SoftMarginLoss(_Loss):
    pass


class MultiMarginLoss(_WeightedLoss):
    pass


class MultiLabelMarginLoss(_Loss):
    pass


class MultiLabelSoftMarginLoss(_WeightedLoss):
    pass
