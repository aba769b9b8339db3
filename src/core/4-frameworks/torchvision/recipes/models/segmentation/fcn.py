# Fully convolutional networks (Long et al. 2014) on dilated ResNets.
from torchvision.models.segmentation._heads import FCNHead, _segmentation_builder, _SimpleSegmentationModel


class FCN(_SimpleSegmentationModel):
    pass


fcn_resnet50 = _segmentation_builder(FCN, FCNHead, "resnet50")
fcn_resnet101 = _segmentation_builder(FCN, FCNHead, "resnet101")
