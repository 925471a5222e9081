"""The PyTorch side of PyTorchTests.cs: torchvision's own ResNets, fed with and saving safetensors.

  resnet.py save DEPTH STEM DTYPE SEED FOLDER   random weights and statistics: FOLDER/encoder, with the input and the features it gives
  resnet.py load DEPTH STEM CHECKPOINT FOLDER   loads a checkpoint strictly by name and writes its features of FOLDER/input

Files are FOLDER/NAME.safetensors, read and written here because Debian 12 has no package for it.
"""
import json
import struct
import sys

import torch
import torchvision

TYPES = {"F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16, "I64": torch.int64}
NAMES = {dtype: name for name, dtype in TYPES.items()}


def read(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = bytearray(file.read())
    header.pop("__metadata__", None)
    return {
        name: torch.frombuffer(data, dtype=TYPES[t["dtype"]], offset=t["data_offsets"][0], count=torch.Size(t["shape"]).numel()).reshape(t["shape"])
        for name, t in header.items()
    }


def write(path, tensors):
    header, blocks, at = {}, [], 0
    # Widest type first, so that every tensor starts at a multiple of its element's size.
    for name, tensor in sorted(tensors.items(), key=lambda t: -t[1].element_size()):
        block = tensor.contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()
        header[name] = {"dtype": NAMES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [at, at + len(block)]}
        blocks.append(block)
        at += len(block)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(blocks))


def resnet(depth, stem):
    model = getattr(torchvision.models, f"resnet{depth}")()
    if stem == "cifar":
        model.conv1 = torch.nn.Conv2d(3, 64, 3, stride=1, padding=1, bias=False)
        model.maxpool = torch.nn.Identity()
    return model


def features(model, images):
    model.fc = torch.nn.Identity()
    with torch.no_grad():
        return model.eval()(images)


def save(depth, stem, dtype, seed, folder):
    torch.manual_seed(int(seed))
    model = resnet(depth, stem)
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.weight, 0.5, 1.0)
            torch.nn.init.normal_(module.bias, std=0.1)
            module.running_mean.normal_(std=0.1)
            module.running_var.uniform_(0.5, 1.5)
            module.num_batches_tracked.fill_(1234)
    kind = TYPES[dtype]
    state = {name: tensor.to(kind) if tensor.is_floating_point() else tensor for name, tensor in model.state_dict().items()}
    write(f"{folder}/encoder.safetensors", state)
    model.load_state_dict({name: tensor.float() if tensor.is_floating_point() else tensor for name, tensor in state.items()})
    images = torch.randn(2, 3, 32 if stem == "cifar" else 64, 32 if stem == "cifar" else 64)
    write(f"{folder}/input.safetensors", {"images": images})
    write(f"{folder}/features.safetensors", {"features": features(model, images)})


def load(depth, stem, checkpoint, folder):
    state = {name: tensor for name, tensor in read(checkpoint).items() if not name.startswith(("projector.", "optimizer.", "predictor.", "target."))}
    model = resnet(depth, stem)
    model.fc = torch.nn.Identity()
    model.load_state_dict(state, strict=True)
    write(f"{folder}/features.safetensors", {"features": features(model, read(f"{folder}/input.safetensors")["images"])})


if __name__ == "__main__":
    torch.set_num_threads(2)
    {"save": save, "load": load}[sys.argv[1]](*sys.argv[2:])
