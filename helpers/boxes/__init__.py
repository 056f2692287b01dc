"""Boxes for object detection: overlap, suppression, anchors, codes, and mean average precision.

A box is (x1, y1, x2, y2): the upper left and the lower right corner, x to the right and y downwards.
"""

from helpers.boxes.anchors import anchors_by_k_means, decode_boxes, encode_boxes, refine_anchors, shape_iou
from helpers.boxes.overlap import iou, iou_matrix
from helpers.boxes.precision import (
    COCO_THRESHOLDS,
    Detections,
    Truth,
    average_precision,
    average_precisions,
    match_detections,
    mean_average_precision,
    precision_recall,
)
from helpers.boxes.suppression import filter_boxes, non_max_suppression, soft_non_max_suppression

__all__ = [
    "COCO_THRESHOLDS",
    "Detections",
    "Truth",
    "anchors_by_k_means",
    "average_precision",
    "average_precisions",
    "decode_boxes",
    "encode_boxes",
    "filter_boxes",
    "iou",
    "iou_matrix",
    "match_detections",
    "mean_average_precision",
    "non_max_suppression",
    "precision_recall",
    "refine_anchors",
    "shape_iou",
    "soft_non_max_suppression",
]
