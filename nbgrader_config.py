"""nbgrader's view of the course; nbgrader reads this file in the folder where it is started."""

c = get_config()

c.CourseDirectory.course_id = "rnn-course"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
# what a student's cell may take, in seconds; a cell that runs longer is interrupted
c.Execute.timeout = 30
c.Execute.extra_arguments = [
    "--HistoryManager.hist_file=:memory:",  # nbgrader's default, lost when the list is set
    "--IPKernelApp.log_level=ERROR",
]
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\nraise NotImplementedError"}
c.ClearSolutions.text_stub = "YOUR ANSWER HERE"
