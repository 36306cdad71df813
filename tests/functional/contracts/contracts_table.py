"""List what we rely on in the packages that we hook into; test_contracts.py reads it.

Each row is (our file, their name, parameters). A name is written by the class that defines it. Where we override it,
`parameters` are all that it has, without `self`, since theirs are handed to ours; where we use it, those that we
pass by name or place. None: it is not called, or its parameters do not matter. Attributes that only their methods
set on `self` count as names, too.
"""

_JUDGING = "autograder/judging/{}.py"
_NBCLIENT = "nbclient.client.NotebookClient."
_PROVISIONER = "jupyter_client.provisioning.provisioner_base.KernelProvisionerBase."
_KERNEL_APP = "ipykernel.kernelapp.IPKernelApp."
_RENDERER = "nbconvert.filters.markdown_mistune.IPythonRenderer."
_GRADEBOOK = "nbgrader.api.Gradebook."

# what subclasses of ours define again
OVERRIDDEN = [
    # one cell at a time in a kernel that is not trusted, bounded in time and output
    (
        _JUDGING.format("cells"),
        _NBCLIENT + "__init__",
        ("nb", "km", "kw"),
    ),
    (_JUDGING.format("cells"), _NBCLIENT + "_async_poll_kernel_alive", ()),
    (
        _JUDGING.format("cells"),
        _NBCLIENT + "_async_poll_for_reply",
        ("msg_id", "cell", "timeout", "task_poll_output_msg", "task_poll_kernel_alive"),
    ),
    (_JUDGING.format("cells"), _NBCLIENT + "process_message", ("msg", "cell", "cell_index")),
    # a long cell of ours, sent beside a short one
    (_JUDGING.format("launch"), "jupyter_client.asynchronous.client.AsyncKernelClient.execute", ("args", "kwargs")),
    (_JUDGING.format("judge"), "nbconvert.preprocessors.base.Preprocessor.preprocess", ("nb", "resources")),
    (_JUDGING.format("stages"), "nbconvert.preprocessors.base.Preprocessor.preprocess", ("nb", "resources")),
    # the sandbox: how a kernel is started, watched and ended
    ("autograder/sandbox/provisioner.py", _PROVISIONER + "cleanup", ("restart",)),
    ("autograder/sandbox/provisioner.py", _PROVISIONER + "has_process", ()),
    ("autograder/sandbox/provisioner.py", _PROVISIONER + "kill", ("restart",)),
    ("autograder/sandbox/provisioner.py", _PROVISIONER + "launch_kernel", ("cmd", "kwargs")),
    ("autograder/sandbox/provisioner.py", _PROVISIONER + "poll", ()),
    ("autograder/sandbox/provisioner.py", _PROVISIONER + "pre_launch", ("kwargs",)),
    ("autograder/sandbox/provisioner.py", _PROVISIONER + "send_signal", ("signum",)),
    ("autograder/sandbox/provisioner.py", _PROVISIONER + "terminate", ("restart",)),
    ("autograder/sandbox/provisioner.py", _PROVISIONER + "wait", ()),
    # the kernel in the sandbox: on sockets that are there already
    ("autograder/sandbox/kernel_application.py", _KERNEL_APP + "_apply_curve_client_options", ("socket",)),
    ("autograder/sandbox/kernel_application.py", _KERNEL_APP + "_bind_socket", ("s", "port")),
    ("autograder/sandbox/kernel_application.py", _KERNEL_APP + "init_connection_file", ()),
    ("autograder/sandbox/kernel_application.py", _KERNEL_APP + "init_heartbeat", ()),
    ("autograder/sandbox/kernel_application.py", _KERNEL_APP + "init_iopub", ("context",)),
    ("autograder/sandbox/kernel_application.py", _KERNEL_APP + "log_connection_info", ()),
    ("autograder/sandbox/kernel_application.py", _KERNEL_APP + "write_connection_file", ("kwargs",)),
    ("autograder/sandbox/kernel_application.py", "ipykernel.iostream.OutStream.flush", ()),
    # what nbgrader_config.py names
    ("autograder/grading/plugins.py", "nbconvert.preprocessors.base.Preprocessor.preprocess", ("nb", "resources")),
    ("autograder/grading/page.py", "nbconvert.exporters.html.HTMLExporter.default_config", ()),
    ("autograder/grading/page.py", "nbconvert.exporters.html.HTMLExporter.default_filters", ()),
    (
        "autograder/grading/page.py",
        "nbconvert.exporters.html.HTMLExporter.from_notebook_node",
        ("nb", "resources", "kw"),
    ),
    ("autograder/grading/page.py", "nbconvert.exporters.html.HTMLExporter.markdown2html", ("context", "source")),
    ("autograder/grading/formulas.py", _RENDERER + "block_math", ("body",)),
    ("autograder/grading/formulas.py", _RENDERER + "inline_math", ("body",)),
    ("autograder/grading/formulas.py", _RENDERER + "latex_environment", ("name", "body")),
    ("autograder/grading/export.py", "nbgrader.plugins.export.ExportPlugin.export", ("gradebook",)),
    (
        "autograder/grading/release.py",
        "nbgrader.exchange.default.release_feedback.ExchangeReleaseFeedback.copy_files",
        (),
    ),
    (
        "autograder/collecting/archives.py",
        "nbgrader.plugins.zipcollect.ExtractorPlugin.extract",
        ("archive_path", "extracted_path"),
    ),
    (
        "autograder/grading/course_rules.py",
        "nbgrader.plugins.latesubmission.LateSubmissionPlugin.late_submission_penalty",
        ("student_id", "score", "total_seconds_late"),
    ),
    # widgets
    ("utils/checking/hint_buttons.py", "ipywidgets.widgets.widget_box.Box.__init__", ("children", "kwargs")),
    ("utils/checking/hint_buttons.py", "ipywidgets.widgets.widget.Widget.__repr__", ()),
    ("utils/checking/hint_buttons.py", "ipywidgets.widgets.widget.Widget.close", ()),
    ("utils/explorers/explorer.py", "ipywidgets.widgets.widget_box.Box.__init__", ("children", "kwargs")),
    ("utils/explorers/explorer.py", "ipywidgets.widgets.widget.Widget.__repr__", ()),
    ("utils/explorers/prediction.py", "ipywidgets.widgets.widget_box.Box.__init__", ("children", "kwargs")),
    ("utils/explorers/prediction.py", "ipywidgets.widgets.widget.Widget.__repr__", ()),
    ("utils/explorers/prediction.py", "ipywidgets.widgets.widget.Widget._repr_mimebundle_", ("kwargs",)),
]

# what else we call, set or read, where it is not part of the packages' documented core
USED = [
    # nbclient: how a cell runs and ends
    (_JUDGING.format("cells"), _NBCLIENT + "async_execute_cell", ("cell", "cell_index", "store_history")),
    *(
        (_JUDGING.format("cells"), _NBCLIENT + name, None)
        for name in (
            "km",
            "kc",
            "task_poll_for_reply",
            "allow_errors",
            "force_raise_errors",
            "interrupt_on_timeout",
            "raise_on_iopub_timeout",
            "error_on_timeout",
            "timeout_func",
            "iopub_timeout",
            "store_widget_state",
            "record_timing",
            "on_cell_executed",
        )
    ),
    (_JUDGING.format("cells"), "nbclient.exceptions.CellTimeoutError", None),
    (_JUDGING.format("cells"), "nbclient.exceptions.DeadKernelError", None),
    # jupyter_client: the kernel's manager, and the client that talks with it
    (_JUDGING.format("launch"), "jupyter_client.kernelspec.KernelSpecManager.kernel_dirs", None),
    *(
        (_JUDGING.format("launch"), f"jupyter_client.manager.AsyncKernelManager.{name}", None)
        for name in (
            "start_kernel",
            "shutdown_kernel",
            "is_alive",
            "cleanup_resources",
            "client",
            "client_factory",
            "ipykernel",
            "provisioner",
            "kernel_name",
            "kernel_spec_manager",
        )
    ),
    (_JUDGING.format("launch"), "jupyter_client.client.KernelClient.context", None),
    (_JUDGING.format("launch"), "jupyter_client.client.KernelClient.execute", ("code", "store_history")),
    (_JUDGING.format("launch"), "jupyter_client.client.KernelClient.session", None),
    (_JUDGING.format("launch"), "jupyter_client.client.KernelClient.shell_channel", None),
    (_JUDGING.format("launch"), "jupyter_client.session.Session.msg", ("msg_type", "content")),
    (_JUDGING.format("launch"), "ipykernel.kernelapp.IPKernelApp.kernel", None),
    (_JUDGING.format("launch"), "ipykernel.kernelbase.Kernel.get_parent", ("channel",)),
    (_JUDGING.format("launch"), "jupyter_client.client.KernelClient.start_channels", ("hb",)),
    (_JUDGING.format("launch"), "jupyter_client.client.KernelClient.stop_channels", ()),
    (_JUDGING.format("launch"), "jupyter_client.client.KernelClient.allow_stdin", None),
    (_JUDGING.format("launch"), "jupyter_client.client.KernelClient.kernel_info", ()),
    (_JUDGING.format("launch"), "jupyter_client.asynchronous.client.AsyncKernelClient.get_shell_msg", None),
    (_JUDGING.format("launch"), "jupyter_client.asynchronous.client.AsyncKernelClient.get_iopub_msg", None),
    (_JUDGING.format("launch"), _PROVISIONER + "send_signal", None),
    (_JUDGING.format("launch"), "jupyter_core.utils.run_sync", ("coro",)),
    ("autograder/sandbox/provisioner.py", "jupyter_client.manager.KernelManager.transport", None),
    ("autograder/sandbox/provisioner.py", "jupyter_client.manager.KernelManager.ip", None),
    ("autograder/sandbox/provisioner.py", "jupyter_client.manager.KernelManager.connection_file", None),
    ("autograder/sandbox/provisioner.py", "jupyter_client.manager.KernelManager.session", None),
    ("autograder/sandbox/provisioner.py", "jupyter_client.manager.KernelManager.get_connection_info", ()),
    ("autograder/sandbox/provisioner.py", _PROVISIONER + "parent", None),
    ("autograder/sandbox/provisioner.py", _PROVISIONER + "connection_info", None),
    # ipykernel and IPython, in the sandbox
    ("autograder/sandbox/kernel_application.py", "jupyter_client.session.Session.key", None),
    ("autograder/sandbox/kernel_application.py", "jupyter_client.session.Session.copy_threshold", None),
    ("autograder/sandbox/kernel_application.py", _KERNEL_APP + "parent_handle", None),
    ("autograder/sandbox/kernel_application.py", _KERNEL_APP + "outstream_class", None),
    ("autograder/sandbox/kernel_application.py", "ipykernel.iostream.OutStream._buffers", None),
    ("autograder/sandbox/kernel_application.py", _KERNEL_APP + "shell", None),
    ("autograder/sandbox/kernel_application.py", _KERNEL_APP + "shell_port", None),
    ("autograder/sandbox/kernel_application.py", _KERNEL_APP + "iopub_port", None),
    ("autograder/sandbox/kernel_application.py", _KERNEL_APP + "stdin_port", None),
    ("autograder/sandbox/kernel_application.py", _KERNEL_APP + "control_port", None),
    ("autograder/sandbox/kernel_application.py", _KERNEL_APP + "iopub_socket", None),
    ("autograder/sandbox/kernel_application.py", _KERNEL_APP + "iopub_thread", None),
    ("autograder/sandbox/kernel_application.py", _KERNEL_APP + "configure_tornado_logger", ()),
    ("autograder/sandbox/kernel_application.py", _KERNEL_APP + "initialize", ("argv",)),
    (
        "autograder/sandbox/kernel_application.py",
        "ipykernel.iostream.IOPubThread.__init__",
        ("socket", "pipe", "session"),
    ),
    ("autograder/sandbox/kernel_application.py", "ipykernel.iostream.IOPubThread.start", ()),
    ("autograder/sandbox/kernel_application.py", "ipykernel.iostream.IOPubThread.background_socket", None),
    ("autograder/sandbox/kernel_application.py", "ipykernel.ipkernel.IPythonKernel._execute_sleep", None),
    ("autograder/sandbox/kernel_application.py", "IPython.core.compilerop.CachingCompiler", None),
    ("autograder/sandbox/kernel_application.py", "IPython.core.interactiveshell.InteractiveShell.compile", None),
    ("autograder/sandbox/kernel_application.py", "IPython.core.history.HistoryManager.enabled", None),
    # nbconvert: how it renders, and the steps of nbgrader's that are its preprocessors
    ("autograder/grading/formulas.py", "nbconvert.filters.markdown_mistune.MarkdownWithMath.render", ("source",)),
    (
        "autograder/grading/formulas.py",
        _RENDERER + "__init__",
        ("escape", "embed_images", "path", "attachments", "exclude_anchor_links"),
    ),
    ("autograder/grading/page.py", "nbconvert.exporters.exporter.Exporter._init_resources", ("resources",)),
    ("autograder/course/rubrics.py", "nbconvert.filters.markdown_mistune.markdown2html_mistune", ("source",)),
    (_JUDGING.format("steps"), "nbconvert.preprocessors.ExecutePreprocessor", None),
    (_JUDGING.format("pipeline"), "nbconvert.exporters.exporter.ResourcesDict", None),
    # nbgrader: its settings, its lists of steps, its notion of a cell, its gradebook
    ("nbgrader_config.py", "nbgrader.converters.autograde.Autograde.sanitize_preprocessors", None),
    ("nbgrader_config.py", "nbgrader.converters.autograde.Autograde.autograde_preprocessors", None),
    ("nbgrader_config.py", "nbgrader.converters.generate_feedback.GenerateFeedback.preprocessors", None),
    ("nbgrader_config.py", "nbgrader.converters.generate_feedback.GenerateFeedback.force", None),
    ("nbgrader_config.py", "nbgrader.converters.generate_feedback.GenerateFeedback.exporter_class", None),
    ("nbgrader_config.py", "nbgrader.exchange.exchange_factory.ExchangeFactory.release_feedback", None),
    ("nbgrader_config.py", "nbgrader.apps.zipcollectapp.ZipCollectApp.extractor_plugin", None),
    ("nbgrader_config.py", "nbgrader.apps.exportapp.ExportApp.plugin_class", None),
    *(
        ("nbgrader_config.py", f"nbgrader.preprocessors.{step}", None)
        for step in (
            "AssignLatePenalties",
            "CheckCellMetadata",
            "ClearOutput",
            "GetGrades",
            "LimitOutput",
            "OverwriteCells",
            "OverwriteKernelspec",
            "SaveAutoGrades",
        )
    ),
    ("autograder/grading/release.py", "nbgrader.exchange.default.ExchangeReleaseFeedback.src_path", None),
    ("autograder/grading/export.py", "nbgrader.plugins.export.ExportPlugin.to", None),
    ("autograder/grading/job.py", "nbgrader.utils.compute_checksum", ("cell",)),
    ("autograder/grading/job.py", "nbgrader.utils.determine_grade", ("cell",)),
    ("autograder/collecting/rebuild.py", "nbgrader.utils.is_grade", ("cell",)),
    ("autograder/collecting/rebuild.py", "nbgrader.utils.is_locked", ("cell",)),
    ("autograder/collecting/rebuild.py", "nbgrader.utils.is_solution", ("cell",)),
    ("autograder/grading/page.py", "nbgrader.coursedir.CourseDirectory.format_path", ("nbgrader_step", "student_id")),
    ("autograder/grading/gradebook.py", _GRADEBOOK + "find_submission", ("assignment", "student")),
    ("autograder/grading/known_assignments.py", _GRADEBOOK + "find_notebook", ("name", "assignment")),
    ("autograder/grading/gradebook.py", _GRADEBOOK + "update_or_create_student", ("student_id", "kwargs")),
    ("autograder/grading/gradebook.py", _GRADEBOOK + "update_or_create_submission", ("assignment", "student")),
    ("autograder/grading/gradebook.py", _GRADEBOOK + "remove_student", ("student_id",)),
    (
        "autograder/grading/plugins.py",
        _GRADEBOOK + "find_grade",
        ("grade_cell", "notebook", "assignment", "student"),
    ),
    (
        "autograder/grading/plugins.py",
        _GRADEBOOK + "find_comment",
        ("solution_cell", "notebook", "assignment", "student"),
    ),
    # in the learner's notebook
    ("utils/lab.py", "jupyterlab.labapp.main", None),
    ("utils/lab.py", "jupyter_core.paths.jupyter_config_dir", ()),
    ("utils/experiments/training_loop.py", "IPython.display.display", ("display_id",)),
    ("utils/experiments/training_loop.py", "IPython.get_ipython", ()),
    ("utils/explorers/explorer.py", "ipywidgets.widgets.widget.Widget.observe", ("handler", "names")),
    ("utils/explorers/explorer.py", "ipywidgets.widgets.widget_button.Button.on_click", ("callback",)),
    ("utils/explorers/prediction.py", "ipywidgets.widgets.widget_box.Box.children", None),
]
