"""Which story leads where nobody chose one."""


def lead_and_rest(stories, among):
    """(lead, the others in their order) of at least one story: of the first `among` the first with
    a picture, else the first."""
    lead = next((story for story in stories[:among] if story.cover_id), stories[0])
    return lead, [story for story in stories if story is not lead]
