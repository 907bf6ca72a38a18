"""Every error of `streams`, in one tree: what a command prints as its one line before exit status 1.

    LagesbildError                 something is wrong that a person can act on
    ├── StartError                 this machine cannot start what it was asked to
    │   ├── BrokerError            Kafka did not start, died again and again, or does not answer
    │   ├── JavaError              no Java that works was found
    │   ├── JarError               a file of Kafka is not the one our lock names
    │   ├── NoNetworkError         something must be fetched once and cannot be
    │   ├── DataDirBusyError       another instance holds the data directory
    │   ├── PortTakenError         another program holds the port
    │   ├── ProcessError           a process of ours dies again and again
    │   └── DiskFullError          no room on the disk
    ├── AccountError               an account cannot be made or changed so
    ├── LogCutError                the region log lacks records that the picture rests on
    ├── NoContactError             somebody on duty has no address
    └── RegionDataError            a county's folder is not whole; the text names every fault

In: nothing. Out: exceptions whose text is one line in English that says what is wrong and what to do.
Other parts add their own branches below `LagesbildError`, and to the drawing.
"""


class LagesbildError(Exception):
    """Root of the tree: `str(error)` is one line, fit to be shown to an operator as it is."""


class StartError(LagesbildError):
    """This machine cannot start what it was asked to start."""


class BrokerError(StartError):
    """Kafka did not start, died again and again, or never answered."""


class JavaError(StartError):
    """Neither the system's Java nor the one that came with us works."""


class JarError(StartError):
    """A jar is not the one `streams/kafka-jars.lock` names, or cannot be had."""


class NoNetworkError(StartError):
    """Something has to be fetched once, and the network does not give it."""


class DataDirBusyError(StartError):
    """Another running instance holds the data directory; the text names its pid and page."""


class PortTakenError(StartError):
    """Another program listens on a port we were told, or had chosen, to use."""


class DiskFullError(StartError):
    """No room on the disk for what must be written; the text names the directory."""


class ProcessError(StartError):
    """A process of the space dies again and again; the text names its log."""


class RegionDataError(LagesbildError):
    """A county's folder cannot be used; the text names every fault at once, each with its file."""


class NoContactError(LagesbildError):
    """There is no address to send to; the text names the alias of the duty plan and never an address."""


class LogCutError(LagesbildError):
    """The region log lacks records that the picture rests on; starting would show an emptier picture as the truth."""
