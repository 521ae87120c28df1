/** The desk: work that goes on is shown as it is. */

import { keepFresh } from "./fresh";

const jobs = document.getElementById("jobs");
if (jobs) {
  void keepFresh(jobs);
}
