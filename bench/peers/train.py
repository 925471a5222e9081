"""Trains as PyTorch's users would: torchvision's transforms on PIL images in loader processes, autocast, channels-last, SGD with Nesterov momentum.

Answers each line of input, `steps N`, `model N` or `memory`, with a line of JSON. The loaders are stopped between two answers.
"""
import argparse
import json
import multiprocessing
import os
import random
import signal
import sys
import time

try:
    import torch
    from PIL import Image, ImageFilter
    from torch import nn
    from torch.utils.data import DataLoader, Dataset
    from torchvision import transforms
    from torchvision.models.resnet import BasicBlock
except ImportError as error:
    sys.exit(f"{error}: torch, torchvision and PIL are needed")

parser = argparse.ArgumentParser()
parser.add_argument("--data", required=True)
parser.add_argument("--width", type=float, default=1)
parser.add_argument("--images", type=int, default=64)
parser.add_argument("--patches", type=int, default=8)
parser.add_argument("--dtype", default="bf16")
parser.add_argument("--threads", type=int, default=os.cpu_count())
options = parser.parse_args()

SIDE, HIDDEN, OUT, EPSILON = 32, 4096, 1024, 0.2


class Blur:
    def __call__(self, image):
        return image.filter(ImageFilter.GaussianBlur(random.uniform(0.1, 2)))


augment = transforms.Compose([
    transforms.RandomResizedCrop(SIDE, scale=(0.25, 0.25), ratio=(1, 1)),
    transforms.RandomHorizontalFlip(),
    transforms.RandomApply([transforms.ColorJitter(0.4, 0.4, 0.4, 0.2)], p=0.8),
    transforms.RandomGrayscale(p=0.2),
    transforms.RandomApply([Blur()], p=0.1),
    transforms.RandomSolarize(128, p=0.1),
    transforms.ToTensor(),
    transforms.Normalize((0.5,) * 3, (0.5,) * 3),
])


class Bags(Dataset):
    """The patches of an image; images are decoded once."""

    def __init__(self, folder):
        self.images = [Image.open(os.path.join(folder, name)).convert("RGB") for name in sorted(os.listdir(folder))]

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        return torch.stack([augment(self.images[i]) for _ in range(options.patches)])


class Encoder(nn.Module):
    """ResNet-18 with the stem for small images, and the projector."""

    def __init__(self, channels):
        super().__init__()
        layers, inputs = [nn.Conv2d(3, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels), nn.ReLU(inplace=True)], channels
        for stage in range(4):
            outputs = channels << stage
            for block in range(2):
                stride = 2 if stage > 0 and block == 0 else 1
                shorten = None if inputs == outputs else nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))
                layers.append(BasicBlock(inputs, outputs, stride, shorten))
                inputs = outputs
        self.encoder = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.projector = nn.Sequential(
            nn.Linear(inputs, HIDDEN, bias=False), nn.BatchNorm1d(HIDDEN), nn.ReLU(inplace=True),
            nn.Linear(HIDDEN, HIDDEN, bias=False), nn.BatchNorm1d(HIDDEN), nn.ReLU(inplace=True),
            nn.Linear(HIDDEN, OUT, bias=False))

    def forward(self, x):
        return self.projector(self.encoder(x))


def objective(z):
    """Similarity to the mean of an image's patches, and the coding rate of each view's batch on its smaller side; z is (V, B, D)."""
    z = nn.functional.normalize(z, dim=-1)
    similarity = nn.functional.cosine_similarity(z, z.mean(0, keepdim=True), dim=-1).mean()
    images, dim = z.shape[1:]
    products = z @ z.transpose(1, 2) if images <= dim else z.transpose(1, 2) @ z
    rate = torch.logdet(torch.eye(products.shape[-1]) + products * (dim / (images * EPSILON))) / 2
    return -200 * similarity - rate.mean()


torch.set_num_threads(options.threads)
bags = Bags(options.data)
model = Encoder(max(8, round(64 * options.width / 8) * 8)).to(memory_format=torch.channels_last)
optimiser = torch.optim.SGD(model.parameters(), lr=0.03, momentum=0.9, nesterov=True, weight_decay=1e-4)


def train(x):
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=options.dtype == "bf16"):
        z = model(x)
    loss = objective(z.float().view(options.patches, -1, OUT))
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    optimiser.step()
    return loss.item()


def folded(batch):
    """(B, V, 3, P, P) to (V·B, 3, P, P), channels-last."""
    return batch.transpose(0, 1).flatten(0, 1).contiguous(memory_format=torch.channels_last)


def batches():
    loader = DataLoader(bags, batch_size=options.images, shuffle=True, drop_last=True, num_workers=options.threads, persistent_workers=True)
    while True:
        yield from loader


def signal_loaders(which):
    for process in multiprocessing.active_children():
        os.kill(process.pid, which)


def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM:"))


source = batches()
held = None
print(json.dumps({"torch": torch.__version__, "threads": torch.get_num_threads()}), flush=True)
for line in sys.stdin:
    command, *count = line.split()
    start = time.perf_counter()
    if command == "steps":
        signal_loaders(signal.SIGCONT)
        for _ in range(int(count[0])):
            train(folded(next(source)))
        answer = {"seconds": time.perf_counter() - start}
        signal_loaders(signal.SIGSTOP)
    elif command == "model":
        if held is None:
            held = folded(torch.rand(options.images, options.patches, 3, SIDE, SIDE))
        for _ in range(int(count[0])):
            train(held)
        answer = {"seconds": time.perf_counter() - start}
    else:
        answer = {"bytes": peak()}
    print(json.dumps(answer), flush=True)
signal_loaders(signal.SIGCONT)
signal_loaders(signal.SIGTERM)
