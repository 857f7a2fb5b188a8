"""Pictures, videos and files that people hand in: checked, re-encoded, named by us.

    store_image(file, actor=…, agency=…, alt=…, caption="", credit="")  -> Upload
    store_photo(file, actor=…, agency=…)                                -> Upload
    store_file(file, actor=…, agency=…)                                 -> Upload
    store_video(file, actor=…, agency=…)                                -> Upload
    serve.file_response(upload), serve.photo_response(request, upload)
                                  after the owning app has checked who may read it

Pictures and videos are public under MEDIA_URL, in anh/ and video/; photos and files are not: the
app that owns them serves them to whom it lets read them.
"""
