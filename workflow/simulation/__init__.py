"""Running definitions in memory on a virtual clock: the pool of instances, what answers for people and systems, sessions.

Here is no database, no network and no real clock. The public function is `workflow.simulate.simulate`.
"""
