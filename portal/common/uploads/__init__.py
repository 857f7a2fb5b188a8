"""Pictures and files that people hand in: checked, re-encoded, named by us.

    store_image(file, actor=…, agency=…, alt=…, caption="", credit="")  -> Upload
    store_photo(file, actor=…, agency=…)                                -> Upload
    store_file(file, actor=…, agency=…)                                 -> Upload
    serve.file_response(upload), serve.photo_response(request, upload)
                                  after the owning app has checked who may read it

Pictures are public under MEDIA_URL/anh/; photos and files never are.
"""
