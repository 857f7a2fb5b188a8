"""Tasks of jobs: an action asks for one, beat picks up what was left lying. All work is in jobs."""

from celery import shared_task

from portal.common import jobs

#: A worker that has been at one job for so long is stuck: it is ended, the sweep takes over.
LONGEST_SECONDS = 3000


@shared_task(name="jobs.run", ignore_result=True, time_limit=LONGEST_SECONDS)
def run(job_id):
    """Do one job."""
    jobs.run(job_id)


@shared_task(name="jobs.sweep", ignore_result=True)
def sweep():
    """Ask again for jobs that wait or whose worker died."""
    jobs.sweep()


@shared_task(name="jobs.clean_up", ignore_result=True)
def clean_up():
    """Throw away old files and rows."""
    jobs.clean_up()
