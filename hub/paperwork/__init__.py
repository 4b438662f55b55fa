"""Documents (文书): printed here from templates, or issued elsewhere; and the scans of both."""
