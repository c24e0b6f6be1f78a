"""The pits of Paddock: processes that hold the sources, fold their frames and do the timetable's jobs. No pages."""
