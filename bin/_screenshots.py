"""`bin/screenshots [ADDRESS]`: pictures of a running demo into docs/images/, for the README.

ADDRESS is where the demo answers (default http://127.0.0.1:$PORT). Needs a Chromium, as the browser
tests do.
"""

import io
import os
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from portal.demo.accounts import PASSWORD

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ["--disable-gpu", "--no-first-run", "--disable-background-networking"]

#: (file, account or "", path or words of a link to follow from it, width, height shown)
SHOTS = (
    ("home", "", ["/"], 1280, 1500),
    ("plan", "", ["/ke-hoach/", "a:has-text('hướng tới Đại hội')"], 1280, 1500),
    ("reading", "", ["/van-kien/", "a:has-text('Báo cáo chính trị')"], 1280, 1100),
    ("desk", "tonghop", ["/lam-viec/tong-hop/", "a:has-text('Báo cáo chính trị')"], 1280, 1000),
    ("today", "kehoach", ["/viec-hom-nay/"], 1280, 800),
    ("reading-phone", "dangvien", ["/van-kien/", "a:has-text('Báo cáo chính trị')"], 390, 1100),
)


def main(address):
    browser_path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser_path is None:
        sys.exit("Không tìm thấy Chromium trên máy này.")
    arguments = [*ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=arguments)
        for name, account, steps, width, height in SHOTS:
            context = browser.new_context(
                viewport={"width": width, "height": height}, locale="vi-VN"
            )
            page = context.new_page()
            if account:
                sign_in(page, address, account)
            page.goto(address + steps[0], wait_until="networkidle")
            for link in steps[1:]:
                page.locator(f"main {link}").first.click()
                page.wait_for_load_state("networkidle")
            picture = Image.open(io.BytesIO(page.screenshot()))
            picture.convert("RGB").save(IMAGES / f"{name}.webp", quality=82, method=6)
            print(IMAGES / f"{name}.webp")
            context.close()
        browser.close()


def sign_in(page, address, account):
    page.goto(f"{address}/tai-khoan/dang-nhap/")
    page.locator("main input[name=login]").fill(account)
    page.locator("main input[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_load_state("networkidle")


if __name__ == "__main__":
    port = os.environ.get("PORT", "8000")
    main((sys.argv[1:] or [f"http://127.0.0.1:{port}"])[0].rstrip("/"))
