"""Reads with python's tensorboard what the test `python_tensorboard_reads_what_a_resumed_run_wrote` wrote.

    python check_events.py FOLDER    # prints "ok"

The run: steps 1 to 6 in a first file, a kill, and from the checkpoint of step 4 on a second file with steps 5 to 8;
the loss of step s is 1/s in the first file and 10/s in the second; a picture at steps 2 and 6.
"""

import io
import math
import sys

import numpy as np
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import IMAGES, SCALARS, EventAccumulator

accumulator = EventAccumulator(sys.argv[1], size_guidance={SCALARS: 0, IMAGES: 0})
accumulator.Reload()
tags = accumulator.Tags()
assert tags["scalars"] == ["loss", "loss/style"], tags
assert tags["images"] == ["samples/cat"], tags

loss = accumulator.Scalars("loss")
assert [event.step for event in loss] == list(range(1, 9)), loss
for event in loss:
    expected = (1 if event.step <= 4 else 10) / event.step
    assert event.value == np.float32(expected), event
    assert event.wall_time == 1000.0 + event.step + (100 if event.step > 4 else 0), event
style = accumulator.Scalars("loss/style")
assert len(style) == 8 and math.isnan(style[0].value) and style[1].value == 0.0, style

pictures = accumulator.Images("samples/cat")
assert [event.step for event in pictures] == [2, 6], [event.step for event in pictures]
for event in pictures:
    assert (event.width, event.height) == (5, 3)
    pixels = np.asarray(Image.open(io.BytesIO(event.encoded_image_string)))
    assert pixels.shape == (3, 5, 4), pixels.shape
    y, x = np.mgrid[0:3, 0:5]
    assert (pixels == np.stack([x * 40, y * 80, np.full_like(x, event.step), x * 60], -1)).all(), pixels
assert accumulator.FirstEventTimestamp() == 1000.0
print("ok")
