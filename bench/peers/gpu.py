"""Trains and searches in eager PyTorch as on one GPU. Training: the images resident on it, augmentation as batched tensor code, autocast bf16, channels-last, SGD with
Nesterov momentum. Needs torch alone.

Answers each line of input, `step N` or `model N`, with {"seconds"} of N whole steps, or of N steps of the model on a batch that lies ready.
The device is waited for at both ends, and never in between. `search-TYPE-one N` and `search-TYPE-all N` are N searches of one query and of 64, by a
product with rows of that type that lie on the device and the ten best of each; queries come from the host and answers go back to it.
"""
import argparse
import json
import math
import sys
import time

try:
    import torch
    from torch import nn
    from torch.nn import functional as F
except ImportError as error:
    sys.exit(f"{error}: torch is needed")

parser = argparse.ArgumentParser()
parser.add_argument("--device", default="cuda")
parser.add_argument("--count", type=int, default=10000, help="images of the set")
parser.add_argument("--side", type=int, default=32)
parser.add_argument("--images", type=int, default=100, help="of a step")
parser.add_argument("--patches", type=int, default=20, help="of an image")
parser.add_argument("--input", type=int, default=32)
parser.add_argument("--scale", type=float, default=0.25)
parser.add_argument("--channels", type=int, default=64)
parser.add_argument("--hidden", type=int, default=4096)
parser.add_argument("--out", type=int, default=1024)
parser.add_argument("--dtype", default="bf16")
parser.add_argument("--rows", type=int, default=200000, help="of the index")
parser.add_argument("--vector", type=int, default=512, help="values of a row")
options = parser.parse_args()
if options.device == "cuda" and not torch.cuda.is_available():
    sys.exit(f"torch {torch.__version__} finds no CUDA device")
device = torch.device(options.device)
N = options.images * options.patches


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.shorten = nn.Identity() if inputs == outputs else nn.Sequential(
            nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)), inplace=True)
        return F.relu(self.bn2(self.conv2(y)) + self.shorten(x), inplace=True)


def network(channels, hidden, out):
    layers, inputs = [nn.Conv2d(3, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels), nn.ReLU(inplace=True)], channels
    for stage in range(4):
        for block in range(2):
            layers.append(Block(inputs, channels << stage, 2 if stage > 0 and block == 0 else 1))
            inputs = channels << stage
    return nn.Sequential(
        *layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        nn.Linear(inputs, hidden, bias=False), nn.BatchNorm1d(hidden), nn.ReLU(inplace=True),
        nn.Linear(hidden, hidden, bias=False), nn.BatchNorm1d(hidden), nn.ReLU(inplace=True),
        nn.Linear(hidden, out, bias=False))


def objective(z, epsilon=0.2):
    """Similarity to the mean of an image's patches, and the coding rate of each view's batch on its smaller side; z is (V, B, D)."""
    z = F.normalize(z, dim=-1)
    similarity = F.cosine_similarity(z, z.mean(0, keepdim=True), dim=-1).mean()
    images, dim = z.shape[1:]
    products = z @ z.transpose(1, 2) if images <= dim else z.transpose(1, 2) @ z
    identity = torch.eye(products.shape[-1], device=z.device)
    factor, _ = torch.linalg.cholesky_ex(identity + products * (dim / (images * epsilon)))
    rate = factor.diagonal(dim1=-2, dim2=-1).log().sum(-1)
    return -200 * similarity - rate.mean()


def column(values):
    return values.view(-1, 1, 1, 1)


def uniform(low, high):
    return torch.rand(N, device=device) * (high - low) + low


def chance(probability):
    return column(torch.rand(N, device=device) < probability)


def crops(images):
    """Square patches of one scale, half of them mirrored, sampled bilinearly."""
    share = math.sqrt(options.scale)
    theta = torch.zeros(N, 2, 3, device=device)
    theta[:, 0, 0] = share * (1 - 2 * (torch.rand(N, device=device) < 0.5).float())
    theta[:, 1, 1] = share
    theta[:, :, 2] = (torch.rand(N, 2, device=device) * 2 - 1) * (1 - share)
    grid = F.affine_grid(theta, (N, 3, options.input, options.input), align_corners=False)
    return F.grid_sample(images.repeat(options.patches, 1, 1, 1), grid, padding_mode="reflection", align_corners=False)


def grey(x):
    return (x * weights).sum(1, keepdim=True)


def brightness(x):
    return (x * column(uniform(0.6, 1.4))).clamp(0, 1)


def contrast(x):
    return torch.lerp(grey(x).mean((1, 2, 3), keepdim=True), x, column(uniform(0.6, 1.4))).clamp(0, 1)


def saturation(x):
    return torch.lerp(grey(x), x, column(uniform(0.6, 1.4))).clamp(0, 1)


def hue(x):
    r, g, b = x.unbind(1)
    high, low = x.amax(1), x.amin(1)
    chroma = high - low
    safe = chroma.clamp_min(1e-12)
    sector = torch.where(high == r, (g - b) / safe, torch.where(high == g, (b - r) / safe + 2, (r - g) / safe + 4))
    sector = sector + 6 * uniform(-0.2, 0.2).view(-1, 1, 1)
    turned = [(sector + k) % 6 for k in (5, 3, 1)]
    return torch.stack([high - torch.minimum(t, 4 - t).clamp(0, 1) * chroma for t in turned], 1)


def blur(x, radius=6):
    taps = torch.arange(-radius, radius + 1, device=device, dtype=x.dtype)
    kernel = torch.exp(-0.5 * (taps / uniform(0.1, 2.0).view(-1, 1)) ** 2)
    kernel = (kernel / kernel.sum(1, keepdim=True)).repeat_interleave(3, 0)
    planes = F.pad(x, (radius,) * 4, mode="reflect").flatten(0, 1).unsqueeze(0)
    planes = F.conv2d(planes, kernel.view(-1, 1, 1, taps.numel()), groups=3 * N)
    return F.conv2d(planes, kernel.view(-1, 1, taps.numel(), 1), groups=3 * N).view_as(x)


def augmented():
    rows = torch.randint(options.count, (options.images,), device=device)
    x = crops(data.index_select(0, rows).float().div_(255))
    y, order = x, torch.randperm(4).tolist()
    for op in order:
        y = (brightness, contrast, saturation, hue)[op](y)
    x = torch.where(chance(0.8), y, x)
    x = torch.where(chance(0.2), grey(x).expand_as(x), x)
    x = torch.where(chance(0.1), blur(x), x)
    x = torch.where(chance(0.1) & (x >= 0.5), 1 - x, x)
    return ((x - 0.5) / 0.5).contiguous(memory_format=torch.channels_last)


def train(x):
    with torch.autocast(device.type, dtype=torch.bfloat16, enabled=options.dtype == "bf16"):
        z = model(x)
    loss = objective(z.float().view(options.patches, options.images, options.out))
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    optimiser.step()


def rows_of(type):
    if type not in indexes:
        indexes[type] = F.normalize(torch.randn(options.rows, options.vector, device=device), dim=1).to(type)
    return indexes[type]


@torch.no_grad()
def search(type, count):
    rows = rows_of(type)
    scores, best = (queries[:count].to(device).to(type) @ rows.t()).topk(min(10, options.rows), 1)
    return scores.cpu(), best.cpu()


def task(command):
    if not command.startswith("search"):
        return lambda: train(augmented() if command == "step" else held)
    _, type, which = command.split("-")
    type = getattr(torch, type)
    rows_of(type)
    return lambda: search(type, 1 if which == "one" else 64)


def wait():
    if device.type == "cuda":
        torch.cuda.synchronize()


torch.manual_seed(0)
data = torch.randint(256, (options.count, 3, options.side, options.side), dtype=torch.uint8, device=device)
weights = torch.tensor([0.2989, 0.587, 0.114], device=device).view(1, 3, 1, 1)
model = network(options.channels, options.hidden, options.out).to(device, memory_format=torch.channels_last)
optimiser = torch.optim.SGD(model.parameters(), lr=0.03, momentum=0.9, nesterov=True, weight_decay=1e-4)
held = augmented()
indexes, queries = {}, F.normalize(torch.randn(64, options.vector), dim=1)
name = torch.cuda.get_device_name(device) if device.type == "cuda" else "CPU"
print(json.dumps({"torch": torch.__version__, "device": name}), flush=True)
for line in sys.stdin:
    command, count = line.split()
    work = task(command)
    wait()
    start = time.perf_counter()
    for _ in range(int(count)):
        work()
    wait()
    print(json.dumps({"seconds": time.perf_counter() - start}), flush=True)
