"""Decodes and resizes a folder of JPEG files with Pillow in a pool of processes.

    import.py PROCESSES

Ready: {"name", "processes"}. A round is a line "SIDE FOLDER": every file is decoded to RGB with its longer side at most SIDE, and
the answer is {"images", "seconds", "imagesPerSecond"}.
"""
import json
import multiprocessing
import os
import sys
import time

try:
    import PIL
    from PIL import Image, ImageOps
except ImportError:
    sys.exit("Pillow is not installed.")


def load(job):
    path, side = job
    with Image.open(path) as image:
        # The decoder's own reduction, down to twice the size that is wanted.
        image.draft("RGB", (2 * side, 2 * side))
        image = ImageOps.exif_transpose(image).convert("RGB")
        longest = max(image.size)
        if longest > side:
            size = tuple(max(1, round(length * side / longest)) for length in image.size)
            image = image.resize(size, Image.LANCZOS)
        return len(image.tobytes())


def files(folder):
    return sorted(os.path.join(root, name) for root, _, names in os.walk(folder) for name in names)


def main():
    processes = int(sys.argv[1])
    with multiprocessing.Pool(processes) as pool:
        print(json.dumps({"name": "Pillow " + PIL.__version__, "processes": processes}), flush=True)
        for line in sys.stdin:
            side, folder = line.rstrip("\n").split(" ", 1)
            start = time.perf_counter()
            jobs = [(path, int(side)) for path in files(folder)]
            chunk = max(1, min(64, len(jobs) // (4 * processes)))
            done = sum(1 for _ in pool.imap_unordered(load, jobs, chunk))
            seconds = time.perf_counter() - start
            print(json.dumps({"images": done, "seconds": seconds, "imagesPerSecond": done / seconds}), flush=True)


if __name__ == "__main__":
    main()
