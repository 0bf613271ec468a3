"""`congnhan worker`: the job worker alone; any number may run on one database."""

import signal

import click

from workflow.cli.place import FOREVER, Place, data_option


@click.command()
@data_option
@click.pass_obj
def worker(place: Place) -> None:
    """Carry out due jobs until Ctrl-C; any number of workers may run on one database."""
    with place.opened(patience=FOREVER) as container:
        one = container.worker()
        signal.signal(signal.SIGTERM, lambda *_: one.stop())
        try:
            one.run()
        except KeyboardInterrupt:
            one.stop()
