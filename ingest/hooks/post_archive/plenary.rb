#!/usr/bin/env ruby
# frozen_string_literal: true

# The raw archive of a meeting is complete: `events.xml` and sound can travel before anything is published.
# BigBlueButton runs this after its sanity check, with `-m <record id>`.
# It only writes a file into a queue. Whatever goes wrong, BigBlueButton goes on.

begin
  require File.join(ENV['PLENARY_PUSH'] || '/usr/local/lib/plenary-push', 'lib/hook')
  PlenaryPush::Hook.run('raw', ARGV)
rescue Exception => e # not only StandardError: a missing file or a signal is no reason to fail either
  begin
    complaint = "post_archive: #{e.class}: #{e.message}"[0, 300]
    Process.detach(Process.spawn('logger', '-t', 'plenary-push', '-p', 'user.err', '--', complaint,
                                 in: File::NULL, out: File::NULL, err: File::NULL))
  rescue Exception
    nil
  end
end
exit!(true)
