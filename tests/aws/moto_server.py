"""A moto server that says of a snapshot's blocks how large they are as AWS does, in bytes; moto says it in KiB.
coldsnap goes by what it is told, imgbuild knows.

usage: moto_server.py PORT
"""

import sys

from moto import server
from moto.ebs.models import EBSSnapshot

begin = EBSSnapshot.__init__


def begin_corrected(self, *arguments, **named):
    begin(self, *arguments, **named)
    self.block_size *= 1024


EBSSnapshot.__init__ = begin_corrected
server.main(["--host", "127.0.0.1", "--port", sys.argv[1]])
