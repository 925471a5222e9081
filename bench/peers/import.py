"""Decodes and resizes a folder of JPEG files with Pillow in a pool of processes.

    import.py PROCESSES

Ready: {"name", "processes"}. A round is a line "HOW SIDE FOLDER": every file is decoded to RGB with its longer side at most SIDE, and
the answer is {"images", "seconds", "imagesPerSecond"}. HOW is resize, which decodes all pixels, or thumbnail, which lets the decoder
reduce a JPEG to twice the wanted size first.
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
    path, side, how = job
    with Image.open(path) as image:
        if how == "thumbnail":
            image.thumbnail((side, side), Image.LANCZOS)
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
            how, side, folder = line.rstrip("\n").split(" ", 2)
            start = time.perf_counter()
            jobs = [(path, int(side), how) for path in files(folder)]
            chunk = max(1, min(64, len(jobs) // (4 * processes)))
            done = sum(1 for _ in pool.imap_unordered(load, jobs, chunk))
            seconds = time.perf_counter() - start
            print(json.dumps({"images": done, "seconds": seconds, "imagesPerSecond": done / seconds}), flush=True)


if __name__ == "__main__":
    main()
