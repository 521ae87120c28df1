# frozen_string_literal: true

require 'time'
require_relative 'names'

module PlenaryPush
  # A file, and syslog for what somebody should see. Never raises and never waits.
  class Log
    def initialize(path, echo: false)
      @path = path
      @echo = echo
    end

    def info(message)
      write('info', PlenaryPush.line(message))
    end

    def error(message)
      message = PlenaryPush.line(message)
      write('error', message)
      Log.syslog(message)
    end

    def self.syslog(message)
      Process.detach(
        Process.spawn(PlenaryPush.plain, 'logger', '-t', 'plenary-push', '-p', 'user.err', '--', message,
                      unsetenv_others: true, in: File::NULL, out: File::NULL, err: File::NULL)
      )
    rescue SystemCallError
      nil
    end

    private

    def write(level, message)
      warn "plenary-push: #{message}" if @echo
      # Not to wait where the log is a pipe that nobody reads.
      how = File::WRONLY | File::APPEND | File::CREAT | File::NONBLOCK
      File.open(@path, how, 0o640) do |file|
        file.syswrite("#{Time.now.utc.iso8601} #{level} #{Process.pid} #{message}\n")
      end
    rescue SystemCallError, IOError
      nil
    end
  end
end
